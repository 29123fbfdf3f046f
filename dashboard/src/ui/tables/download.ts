/** Have the browser save this text as a file. */
export function download(name: string, text: string, type: string): void {
  save(name, new Blob([text], { type }));
}

export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
