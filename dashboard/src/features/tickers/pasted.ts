const HEADING = /^\s*"?ticker"?\s*([,;\t]|$)/i;

/**
 * What somebody pasted as the CSV that the API imports: a table with a heading as it is (also with tabs or semicolons,
 * as spreadsheets copy it), anything else as a list of tickers.
 */
export function csvOf(pasted: string): { csv: string; count: number } {
  const lines = pasted.split(/\r?\n/).filter((line) => line.trim());
  const [first = ""] = lines;
  if (HEADING.test(first)) {
    const mark = first.includes("\t") ? "\t" : first.includes(";") && !first.includes(",") ? ";" : ",";
    const csv = mark === "," ? lines : lines.map((line) => line.split(mark).map(quoted).join(","));
    return { csv: `${csv.join("\n")}\n`, count: lines.length - 1 };
  }
  const words = pasted.split(/[\s,;]+/).map((word) => word.replace(/^\$/, "").toUpperCase());
  const tickers = [...new Set(words.filter(Boolean))];
  return { csv: `${["ticker", ...tickers.map(quoted)].join("\n")}\n`, count: tickers.length };
}

function quoted(cell: string): string {
  const text = cell.trim();
  return /[",\n]/.test(text) && !/^".*"$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
