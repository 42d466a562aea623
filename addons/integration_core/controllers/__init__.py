from . import health, metrics, webhook
