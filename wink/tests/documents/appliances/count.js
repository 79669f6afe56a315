/* Counts. */
count++
if (count % 2 == 0)
    seen.last = 'even'
else {
    seen.last = 'odd'; seen.odd = count
}
