"""What the platform costs against the parts it is made of, measured side by side: ``python -m bench``."""

import logging

import structlog

# What runs in this process talks of warnings only: the table is what is to be read.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
