from . import reveal, skip
