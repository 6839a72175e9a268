# The README's two commands, by name.
.PHONY: demo test check

demo:
	python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/genekg ask "conditions with X-linked inheritance"

test:
	python3 -m venv .venv && .venv/bin/pip install --quiet -e '.[test]' && .venv/bin/pytest

check:
	.ci/run
