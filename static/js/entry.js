/* What happens while somebody types into a form: drafts, a lost connection, an ended session, the live preview, and
   pickers. Every form works without it: inputs then take codes, and a button asks for the preview.

   Content may name people and machines are shared: it lies in this tab only until the portal has it, belongs to the
   account that typed it, and secret fields are never part of it. */
"use strict";

{
  const DRAFTS = "/drafts/", ACCOUNT = "/account/", SIGN_IN = `/sign-in/?next=${ACCOUNT}`;
  const KEEP_AFTER = 2000, PREVIEW_AFTER = 600, PICK_AFTER = 200;
  const PATIENCE = 20000, FIRST_WAIT = 2000, LONGEST_WAIT = 60000, STASH_LIFE = 12 * 3600000;
  const form = document.querySelector("form[data-entry]");
  const panel = document.querySelector("[data-preview]");
  const JSON_ONLY = { Accept: "application/json" };

  /* ── asking the portal ─────────────────────────────────────────────────────────────────────────────────────
     What became of a request: "good", "ended" (nobody is signed in), "refused" (no right, or a form of another
     sign-in), "wrong" (it cannot be taken as it is), "lost" (no answer). */
  async function ask(address, options = {}, patience = new AbortController()) {
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: patience.signal, ...options });
      if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "ended" };
      if (answer.status === 403) return { state: "refused" };
      if (answer.status >= 500) return { state: "lost" };
      return { state: answer.ok ? "good" : "wrong", text: await answer.text() };
    } catch {
      return { state: "lost" };
    } finally {
      clearTimeout(timer);
    }
  }

  const post = (address, body, options = {}, patience = undefined) =>
    ask(address, { method: "POST", body, ...options }, patience);
  /* One question after another: the newest answer stands, what came of an older question is null. */
  function newest() {
    let last = null;
    return async (address, body, options = {}) => {
      last?.abort();
      const mine = last = new AbortController();
      const found = await post(address, body, options, mine);
      return mine === last ? found : null;
    };
  }
  const element = (tag, values = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };
  const set = (one, attributes) => Object.entries(attributes).forEach(([name, value]) => one.setAttribute(name, value));
  const read = (text) => { try { return JSON.parse(text) || {}; } catch { return {}; } };

  /* ── drafts ────────────────────────────────────────────────────────────────────────────────────────────────── */
  function drafts() {
    const STASH = "draft:";
    const address = form.dataset.draft, told = document.querySelector("[data-saved-at]");
    const owner = (page) => page.querySelector(".top-who")?.textContent.trim() || "";
    const me = owner(document);
    const verb = `“${form.querySelector(".btn-primary")?.textContent.trim() || "保存"}”`;
    let edits = 0, kept = 0, trouble = "", leaving = false, gone = false, passing = false, checking = false;
    let timer = 0, wait = FIRST_WAIT, bar = null, sending = Promise.resolve();
    /* an earlier draft that is offered and not yet taken up or let go is not overwritten */
    const earlier = document.querySelector(".entry-draft");
    let held = Boolean(earlier);
    if (told) told.setAttribute("role", "status");

    const isSecret = (field) => field.type === "password" || field.closest("[data-secret]")
      || (field.dataset.pick === "members" && /\d{15}/.test(field.value));
    const isContent = (field) => field.name && !field.disabled && !isSecret(field)
      && !["csrfmiddlewaretoken", "ask"].includes(field.name) && !["submit", "button", "file", "reset"].includes(field.type)
      && (!["radio", "checkbox"].includes(field.type) || field.checked);
    const texts = () => Object.fromEntries([...form.elements].filter(isContent).map((field) => [field.name, field.value]));
    const token = () => form.querySelector("[name=csrfmiddlewaretoken]");

    function draft() {
      const body = new FormData();
      const sent = {
        form: address, version: form.dataset.version || "", fields: JSON.stringify(texts()),
        csrfmiddlewaretoken: token()?.value || "",
      };
      Object.entries(sent).forEach(([name, value]) => body.set(name, value));
      return body;
    }

    /* A sign-in in another window changes the token of forms: take the new one, if it is the same account. */
    async function renew() {
      const { state, text } = await ask(ACCOUNT);
      if (state !== "good") return state;
      const page = new DOMParser().parseFromString(text, "text/html");
      if (owner(page) !== me) return "other";
      const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
      if (fresh && token()) token().value = fresh.value;
      return "good";
    }

    async function send(options) {
      const now = edits;
      let found = await post(DRAFTS, draft(), { headers: JSON_ONLY, ...options });
      if (found.state === "refused") {
        const state = await renew();
        found = state === "good" ? await post(DRAFTS, draft(), { headers: JSON_ONLY }) : { state };
      }
      settle(found, now);
      return found.state;
    }

    /* One after the other: what was sent last is what is kept. */
    function keep(options = {}) {
      clearTimeout(timer);
      sending = sending.then(() => send(options));
      return sending;
    }

    function settle({ state, text }, now) {
      /* cut off by leaving the page: what `pagehide` sent arrives on its own */
      if (gone && state === "lost") return undefined;
      if (state === "good") return settled(read(text).saved_at, now);
      trouble = state;
      if (state === "lost" || state === "ended" || state === "other") stash();
      say({
        lost: "网络中断，已在本页保留，恢复后自动保存",
        ended: "登录已失效，已在本页保留",
        other: "登录的账号已换，没有存草稿",
        refused: "没有权限，草稿没有存上",
        wrong: read(text).detail || "草稿没有存上，请直接保存",
      }[state], true);
      if (state === "ended") warn("登录已失效：", link("在新窗口登录"), `后再按${verb}。填写的内容还在本页。`);
      if (state === "other") warn("现在登录的是另一个账号。请", link("换回原来的账号"), `后再按${verb}，内容还在本页。`);
      if (state === "lost") { timer = setTimeout(keep, wait); wait = Math.min(2 * wait, LONGEST_WAIT); }
    }

    function settled(at, now) {
      const before = trouble;
      kept = now;
      trouble = "";
      free();
      wait = FIRST_WAIT;
      forget();
      bar?.remove();
      say(`草稿已存 ${at}`, false);
      if (isPending()) timer = setTimeout(keep, KEEP_AFTER);
      if (before) form.dispatchEvent(new Event("entry:back"));
    }

    function free() {
      held = false;
      earlier?.remove();
    }
    function say(text, bad) {
      if (!told) return;
      told.textContent = text;
      told.classList.toggle("saved-bad", bad);
    }

    const link = (text) => element("a", { href: SIGN_IN, target: "_blank", rel: "noopener", textContent: text });
    function warn(...parts) {
      bar?.remove();
      bar = element("div", { className: "notice notice-warn entry-alert" }, element("p", {}, ...parts));
      bar.setAttribute("role", "alert");
      form.before(bar);
    }

    /* What the portal does not have yet lies in this tab: for this account, until it could be sent. */
    function stash() {
      const found = { me, at: Date.now(), version: form.dataset.version || "", texts: texts() };
      try { sessionStorage.setItem(STASH + address, JSON.stringify(found)); } catch { /* the page itself still has it */ }
    }
    function forget() {
      try { sessionStorage.removeItem(STASH + address); } catch { /* nothing was kept */ }
    }
    const mine = (found) => found.me === me && Date.now() - found.at < STASH_LIFE;
    function restore() {
      let found = {};
      try {
        found = read(sessionStorage.getItem(STASH + address));
        Object.keys(sessionStorage).filter((key) => key.startsWith(STASH) && !mine(read(sessionStorage.getItem(key))))
          .forEach((key) => sessionStorage.removeItem(key));
      } catch { return; }
      if (!found.texts || !mine(found)) return;
      [...form.elements].filter((field) => field.name in found.texts).forEach((field) => fill(field, found.texts[field.name]));
      form.dataset.version = found.version;
      free();
      form.dispatchEvent(new Event("input"));
      warn("已填回上次没有来得及保存的内容，请核对后保存。");
      bar = null;
      keep();
    }
    function fill(field, text) {
      if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === text;
      else field.value = text;
      field.dispatchEvent(new Event("entry:filled"));
    }

    function edited() {
      edits += 1;
      if (trouble) stash();
      if (held) say("请先选“继续填写”或“丢弃草稿”，再自动保存", true);
      if (held || trouble === "lost") return;
      clearTimeout(timer);
      timer = setTimeout(keep, KEEP_AFTER);
    }
    const isDirty = () => edits !== kept && !leaving;
    const isPending = () => isDirty() && !held;

    form.addEventListener("input", edited);
    form.addEventListener("change", edited);
    /* A form is sent only while the portal answers and knows the account: the draft goes first. */
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (passing || button?.hasAttribute("formaction")) { leaving = true; return; }
      event.preventDefault();
      event.stopPropagation();
      if (panel && button?.name === "ask" && button.value === "preview") return form.dispatchEvent(new Event("entry:ask"));
      if (checking) return;
      checking = true;
      form.setAttribute("aria-busy", "true");
      const state = await keep();
      checking = false;
      form.removeAttribute("aria-busy");
      if (state === "lost") warn(`网络中断，还没有提交。内容已在本页保留，恢复后请再按${verb}。`);
      if (["good", "wrong", "refused"].includes(state)) pass(button);
    });
    /* whoever takes the earlier draft up, or lets it go, does not want the new content in its place */
    ["click", "submit"].forEach((type) => earlier?.addEventListener(type, (event) => {
      if (event.target.closest("a, form")) leaving = true;
    }));
    function pass(button) {
      passing = true;
      form.requestSubmit(button);
      passing = false;
    }

    addEventListener("online", () => { if (trouble) keep(); });
    addEventListener("focus", () => { if (trouble) keep(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" ? isPending() : trouble) keep({ keepalive: true });
    });
    addEventListener("pagehide", () => {
      gone = true;
      if (isPending()) post(DRAFTS, draft(), { headers: JSON_ONLY, keepalive: true });
    });
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      leaving = gone = false;
      if (isPending()) keep();
    });
    addEventListener("beforeunload", (event) => {
      if (!isDirty() || !(trouble || held)) return;
      event.preventDefault();
      event.returnValue = "";
    });
    restore();
  }

  /* ── live preview ──────────────────────────────────────────────────────────────────────────────────────────── */
  function preview() {
    const consequence = newest();
    let timer = 0;
    async function refresh() {
      clearTimeout(timer);
      panel.setAttribute("aria-busy", "true");
      const body = new FormData(form);
      body.set("ask", "preview");
      const headers = { "X-Requested-With": "fetch" };
      const found = await consequence(form.getAttribute("action") || location.href, body, { headers });
      if (!found) return;
      panel.removeAttribute("aria-busy");
      panel.toggleAttribute("data-behind", found.state !== "good");
      if (found.state === "good") show(found.text);
    }
    function show(text) {
      const page = new DOMParser().parseFromString(text, "text/html");
      panel.replaceChildren(...(page.querySelector("[data-preview]") || page.body).childNodes);
    }
    function later() {
      clearTimeout(timer);
      timer = setTimeout(refresh, PREVIEW_AFTER);
    }
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("entry:back", later);
    form.addEventListener("entry:ask", () => { refresh(); panel.scrollIntoView({ block: "nearest" }); });
  }

  /* ── pickers: a code is found by what people know ──────────────────────────────────────────────────────────── */
  function picker(input, number) {
    const kind = input.dataset.pick, name = `offers-${number}`;
    const box = element("span", { className: "pick" });
    const list = element("ul", { id: name, className: "pick-list", hidden: true });
    const told = element("span", { className: "screen-reader" });
    const field = input.closest(".field") || input.parentElement;
    const picked = field.querySelector("[data-picked]") || element("span", { className: "picked" });
    let offers = [], active = -1, turn = 0, timer = 0, choosing = false;

    set(list, { role: "listbox", "aria-label": "可选的" + (input.labels?.[0]?.textContent.trim() || "内容") });
    set(told, { role: "status" });
    set(input, {
      role: "combobox", "aria-expanded": "false", "aria-controls": name, "aria-autocomplete": "list", autocomplete: "off",
    });
    const hadFocus = document.activeElement === input;
    input.before(box);
    box.append(input, list, told);
    if (hadFocus) input.focus();
    if (!picked.isConnected) box.after(picked);

    const words = () => input.value.trim();
    /* the beginning of a personal number never becomes part of an address */
    const isNumber = () => kind === "members" && /\d{7}/.test(words());
    async function found() {
      const mine = ++turn, { state, text } = isNumber()
        ? { state: "wrong" }
        : await ask(`/pick/${kind}/?q=${encodeURIComponent(words())}`, { headers: JSON_ONLY });
      if (mine !== turn) return null;
      const rows = state === "good" ? read(text) : null;
      return Array.isArray(rows) ? rows : null;
    }

    async function open() {
      clearTimeout(timer);
      const rows = await found();
      if (!rows || document.activeElement !== input) return close();
      offers = rows;
      active = -1;
      list.replaceChildren(...rows.map(option), ...remark(rows.length));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      told.textContent = rows.length ? `${rows.length} 条可选` : "没有找到";
      list.scrollIntoView({ block: "nearest" });
    }
    function option(offer, at) {
      const parts = [["b", "pick-name", offer.name], ["span", "pick-note", offer.note], ["span", "code", offer.code]];
      const one = element("li", { id: `${name}-${at}` });
      parts.filter(([, , text]) => text).forEach(([tag, className, textContent]) => one.append(element(tag, { className, textContent }), " "));
      set(one, { role: "option", "aria-selected": "false" });
      one.addEventListener("click", () => choose(offer));
      return one;
    }
    function remark(count) {
      const text = count === 0 ? "没有找到。可输入名称、拼音首字母或代码" : count === 12 ? "只列出前 12 条，请再输入几个字" : "";
      if (!text) return [];
      const one = element("li", { className: "pick-remark", textContent: text });
      set(one, { role: "option", "aria-disabled": "true", "aria-selected": "false" });
      return [one];
    }
    function close() {
      list.hidden = true;
      offers = [];
      active = -1;
      told.textContent = "";
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function move(to) {
      if (!offers.length) return;
      list.children[active]?.setAttribute("aria-selected", "false");
      active = (to + offers.length) % offers.length;
      list.children[active].setAttribute("aria-selected", "true");
      list.children[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", list.children[active].id);
    }
    function choose(offer) {
      turn += 1;
      close();
      picked.textContent = offer.name + (offer.note ? `（${offer.note}）` : "");
      told.textContent = `已选 ${offer.name}`;
      if (input.value === offer.code) return;
      choosing = true;
      input.value = offer.code;
      ["input", "change"].forEach((type) => input.dispatchEvent(new Event(type, { bubbles: true })));
      choosing = false;
    }
    /* Whoever typed a whole code or name has chosen it. */
    async function meet(mend) {
      const typed = words();
      const exact = ((await found()) || []).filter((one) => one.code === typed || one.name === typed);
      if (exact.length === 1 && words() === typed && (mend || exact[0].code === typed)) choose(exact[0]);
    }

    input.addEventListener("input", (event) => {
      if (choosing) return;
      picked.textContent = "";
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(open, PICK_AFTER);
    });
    input.addEventListener("entry:filled", () => { picked.textContent = ""; meet(false); });
    input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(open, PICK_AFTER); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const isOpen = !list.hidden, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && !isOpen) open();
      else if (step) move(active < 0 && step < 0 ? -1 : active + step);
      else if (event.key === "Enter" && isOpen) active < 0 ? move(0) : choose(offers[active]);
      else if (event.key === "Escape" && isOpen) close();
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => {
      clearTimeout(timer);
      turn += 1;
      close();
      if (words() && !picked.textContent.trim()) meet(true);
    });
    /* the pointer leaves the focus where it is, so that a tap chooses before the list closes */
    list.addEventListener("mousedown", (event) => event.preventDefault());
    if (words() && !picked.textContent.trim()) meet(false);
  }

  /* ── a list of items that follows from other fields: the portal says which items ───────────────────────────── */
  function following(box) {
    const names = box.dataset.follows.split(" "), items = newest();
    const marks = () => [...box.querySelectorAll("input")];
    const isSaid = (mark) => mark.type === "radio" ? mark.checked : mark.value;
    form.addEventListener("change", async ({ target }) => {
      if (!names.includes(target.name)) return;
      const body = new FormData(form);
      body.set("ask", "again");
      const found = await items(form.getAttribute("action"), body);
      const fresh = found?.state === "good" && new DOMParser().parseFromString(found.text, "text/html").getElementById(box.id);
      if (!fresh) return;
      /* what was said while the portal was asked stays said */
      const said = marks().filter(isSaid).map(({ name, value }) => [name, value]);
      box.replaceChildren(...fresh.childNodes);
      said.forEach(([name, value]) => marks().filter((mark) => mark.name === name).forEach((mark) => {
        if (mark.type === "radio") mark.checked = mark.value === value;
        else mark.value = value;
      }));
    });
  }

  document.querySelectorAll("input[data-pick]").forEach(picker);
  document.querySelectorAll("form[data-entry] [data-follows]").forEach(following);
  if (form && panel) preview();
  if (form?.dataset.draft) drafts();
}
