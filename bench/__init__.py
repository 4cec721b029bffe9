"""What the platform costs against the parts it is made of, measured side by side: ``python -m bench``."""
