"""Everything here needs the extra `neural`, which `make test` does without: it deselects the marker."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("torch") else ["test_*.py"]
