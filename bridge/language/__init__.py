"""What is said to people, in their own language: gettext catalogues, and who reads.

Code names situations by their English sentence (gettext's way), with what varies as
named parameters.  Whoever knows the reader says it: the SPI's edge in the language of
the site, the journal's pages in that of the person who looks at them.  A text that no
catalogue has is said as it is: English, or what the CRM itself has said.
"""

from bridge.language.reader import ENGLISH, LANGUAGES, SPOKEN, Reader, reader
from bridge.language.situation import Situation, _

__all__ = ["ENGLISH", "LANGUAGES", "SPOKEN", "Reader", "Situation", "_", "reader"]
