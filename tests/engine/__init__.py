"""The engine of figures: worked example, edge cases, arithmetic, dates, scope, audit, secrets."""
