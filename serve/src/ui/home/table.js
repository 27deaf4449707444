// Answers as tables for other programs, on the clipboard or as a file.

const HEAD = ["text", "label", "probability", "threshold"];
/** What makes a spreadsheet take a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** Comma-separated values as RFC 4180 has them: CRLF, quotes where they are needed, no cell that is a formula. */
export function toCsv(rows) {
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return lines(rows, cell, ",", "\r\n");
}

/** Tab-separated values: a tab or a line's end within a text becomes a blank. */
export function toTsv(rows) {
  return lines(rows, (value) => value.replaceAll(/[\t\r\n]+/g, " "), "\t", "\n");
}

function lines(rows, cell, separator, end) {
  const body = rows.map(({ text, label, probability, threshold }) => [
    harmless(text),
    harmless(label),
    String(probability),
    String(threshold),
  ]);
  return [HEAD, ...body].map((row) => row.map(cell).join(separator) + end).join("");
}

/** The text with an apostrophe before it when a spreadsheet would run it. */
const harmless = (text) => (FORMULA.test(text) ? `'${text}` : text);

/** Puts text on the clipboard; says whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

/** The way that works without TLS, where pages have no clipboard. */
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

/** CSV as a file; the mark at its start tells spreadsheets that it is UTF-8. */
export const csvFile = (text) => new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });

/** Saves a file. */
export function download(file, name) {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
