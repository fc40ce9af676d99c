"""`amp-sessions`. A command lives for moments and leaves hardly any garbage, so it is looked for less often than Python
would: during imports above all, and for nothing at the end."""

import atexit
import gc

gc.set_threshold(50_000)
atexit.register(gc.freeze)
