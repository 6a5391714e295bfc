# Each target installs what is missing first and may be run again at any time. `make` alone lists them.
.PHONY: help up down wipe demo test check bench bench-apps bench-long bench-apps-long lock generate

help:
	@echo "make demo      install, start everything, import the sample data, check the totals, leave it running"
	@echo "make test      install, run the checks, then every test on a stack of its own"
	@echo "make check     generated code, ruff, bandit, pyright, import contracts, unit tests, the console's own"
	@echo "make up        start the local stack        make down   stop it        make wipe   remove its data"
	@echo "make bench     measure the log beside its peers, a quarter of an hour"
	@echo "make bench-apps     what access, audit, TLS, imports and the CRM cost"
	@echo "make bench-long     a million events, and the soak, an hour"
	@echo "make bench-apps-long     the CRM with a million contacts, half a million rows imported, two hours"
	@echo "make lock      resolve dependencies anew"
	@echo "make generate  write what the .avsc files say"

up down wipe demo test check bench bench-apps bench-long bench-apps-long lock generate:
	@python3 infra/bootstrap.py $@
