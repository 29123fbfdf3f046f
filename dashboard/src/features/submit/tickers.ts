/** The tickers in what somebody pasted: `$nvda, AAPL` and a column of a spreadsheet alike, each once. */
export function tickersIn(text: string): string[] {
  const words = text.split(/[\s,;]+/).map((word) => word.replace(/^\$/, "").toUpperCase());
  return [...new Set(words.filter(Boolean))];
}
