from . import base_partner_merge, reveal, skip, unlink, value_map_choice
