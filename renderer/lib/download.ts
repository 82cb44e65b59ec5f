/** Hands a text over as a file: the browser, or the desktop's own dialog, asks where to. */
export function downloadText(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The click only queues the download: the address has to outlive it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
