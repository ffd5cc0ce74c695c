/** The longest increasing subsequence: which children of a list need not move. Pure. */

/**
 * The positions of one longest increasing subsequence: what may stay where it is. Entries below 0 are skipped.
 * @param {number[]} numbers
 */
export function longestIncreasing(numbers) {
  /** @type {number[]} */
  const ends = [];
  /** @type {number[]} */
  const before = [];
  numbers.forEach((number, i) => {
    if (number < 0) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? ends[low - 1] : -1;
    ends[low] = i;
  });
  const stay = new Set();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]) stay.add(i);
  return stay;
}
