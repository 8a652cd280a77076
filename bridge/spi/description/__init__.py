"""The SPI described for people and programs: OpenAPI, and a page to try it."""
