"""`amp-sessions`. A command lives for moments and leaves hardly any garbage, so Python looks for it less often: not
during imports, and not at the end, when the system takes back all at once. Whatever is written is closed by then."""

import atexit
import gc

gc.set_threshold(50_000)
atexit.register(gc.freeze)
