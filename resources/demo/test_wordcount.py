from __future__ import annotations

import unittest

import wordcount


class WordCount(unittest.TestCase):
    def test_counts(self) -> None:
        self.assertEqual(wordcount.count("one two\nthree\n"), (2, 3, 14))

    def test_longest_word(self) -> None:
        self.assertEqual(wordcount.longest_word("a bee sees a flower"), "flower")
        self.assertEqual(wordcount.longest_word(""), "")


if __name__ == "__main__":
    unittest.main()
