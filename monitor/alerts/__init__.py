"""Which changes are told, to whom, when and in which words: pure decisions."""
