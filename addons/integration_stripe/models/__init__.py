from . import connector
from . import adapter
from . import adapter_setup
from . import adapter_intake
from . import adapter_objects
