"""`python -m cli`: the same as the `clawdbot` command, for processes that we start ourselves."""

from cli.main import main

if __name__ == "__main__":
    main()
