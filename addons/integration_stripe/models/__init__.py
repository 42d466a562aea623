from . import adapter, adapter_intake, adapter_objects, adapter_setup, connector
