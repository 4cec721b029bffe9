"""The HTTP door: one file per resource. Hours go in as the trade writes them (1.5), clock times come out in minutes."""
