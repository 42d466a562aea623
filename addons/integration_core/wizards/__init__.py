from . import base_partner_merge, reveal, skip, unlink
