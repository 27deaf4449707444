// Predictions as tables for other programs, on the clipboard or as a file.

const HEAD = ["text", "label", "probability", "threshold", "known_terms"];
/** Start of a cell that a spreadsheet treats as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** Comma-separated values by RFC 4180: CRLF, quotes where needed, no formulas. */
export function toCsv(rows) {
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return lines(rows, cell, ",", "\r\n");
}

/** Tab-separated values: tabs and line breaks within a text become spaces. */
export function toTsv(rows) {
  return lines(rows, (value) => value.replaceAll(/[\t\r\n]+/g, " "), "\t", "\n");
}

function lines(rows, cell, separator, end) {
  const body = rows.map(({ text, label, probability, threshold, known }) => [
    harmless(text),
    harmless(label),
    String(probability),
    String(threshold),
    String(known),
  ]);
  return [HEAD, ...body].map((row) => row.map(cell).join(separator) + end).join("");
}

/** The text, after an apostrophe if a spreadsheet would treat it as a formula. */
const harmless = (text) => (FORMULA.test(text) ? `'${text}` : text);

/** Copies text to the clipboard; returns whether that succeeded. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

/** Copies without TLS, where pages have no clipboard access. */
function copyByCommand(text) {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return isCopied;
}

/** CSV as a file, with a byte order mark so that spreadsheets read it as UTF-8. */
export const csvFile = (text) => new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });

/** Saves a file. */
export function download(file, name) {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
