from . import (
    adapter,
    adapter_catch_up,
    adapter_intake,
    adapter_objects,
    adapter_setup,
    connector,
)
