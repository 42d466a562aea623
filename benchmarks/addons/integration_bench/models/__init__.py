from . import adapter, connector, entity_noop
