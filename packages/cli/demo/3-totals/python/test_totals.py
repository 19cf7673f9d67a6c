import unittest

from totals import average, total


class Totals(unittest.TestCase):
    def test_the_total_is_the_sum(self):
        self.assertEqual(total([1, 2, 3]), 6)

    def test_the_average_is_the_mean(self):
        self.assertEqual(average([1, 2, 3]), 2)
