"""The demo city: a synthetic Shenzhen, deterministic for (organizations, seed, from, to), labelled 演示数据."""
