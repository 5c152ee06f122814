/** A picture in base64, in lines as a mail has them. It is encoded once for all mails that show it. */
export type Base64Lines = Buffer;

const LINE = 76;

export const base64Lines = (png: Buffer): Base64Lines => {
  const text = png.toString('base64');
  const lines = Array.from({ length: Math.ceil(text.length / LINE) }, (_, i) => text.slice(i * LINE, (i + 1) * LINE));
  return Buffer.from(lines.join('\r\n'), 'latin1');
};

/** As the address of a picture in a page. */
export const dataUrl = (lines: Base64Lines): string =>
  `data:image/png;base64,${lines.toString('latin1').replaceAll('\r\n', '')}`;
