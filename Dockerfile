# Odoo 19 with the Integration Suite: the official image, our addons and their libraries.
# Built by `docker compose build`; not used by ./run, which needs no Docker.
FROM odoo:19.0

USER root

# Only what the suite adds: the part of requirements.txt before Odoo's own libraries, which
# the image has. pyOpenSSL comes along because it must match cryptography. OCA addons are
# wheels that land beside Odoo's own addons and would ask for a package named "odoo".
COPY requirements.txt /tmp/requirements.txt
RUN sed '/^# --- Odoo 19 ---/,$d' /tmp/requirements.txt > /tmp/suite.txt \
    && grep '^pyOpenSSL==' /tmp/requirements.txt >> /tmp/suite.txt \
    && grep '^odoo-addon-' /tmp/suite.txt > /tmp/oca.txt \
    && grep -v '^odoo-addon-' /tmp/suite.txt > /tmp/python.txt \
    && pip3 install --no-cache-dir --break-system-packages --ignore-installed \
        --requirement /tmp/python.txt \
    && pip3 install --no-cache-dir --break-system-packages --no-deps \
        --requirement /tmp/oca.txt \
    && rm /tmp/*.txt

COPY addons /opt/integration/addons
COPY odoo.conf /etc/odoo/odoo.conf

USER odoo
