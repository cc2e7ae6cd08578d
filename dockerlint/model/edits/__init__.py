"""What to write instead, as edits on the original text. Checks call it and never look at text themselves.

Every function answers None where the place is ambiguous or cannot be edited without touching anything else: text that
an anchor shares, several documents, a layout that cannot be continued. It knows nothing of rules.
"""
