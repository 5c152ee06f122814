/** One picture of the sheet. `width`: CSS pixels at which it is shown. */
export type Picture = { file: string; title: string; width: number };
export type Group = { title: string; note?: string; pictures: readonly Picture[] };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The sheet: every picture by group, in one HTML page. */
export const sheet = (groups: readonly Group[]): string => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Closing Bell · gallery</title><style>
body{margin:0;padding:24px;background:#7b8494;color:#fff;font:15px/1.5 Inter,system-ui,sans-serif}
h2{margin:32px 0 4px}p{margin:0 0 12px}.row{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}
figure{margin:0}figcaption{margin:0 0 4px}img{display:block;border-radius:6px;box-shadow:0 2px 10px #0005;max-width:100%;height:auto}
</style></head><body><h1>Closing Bell · gallery</h1>
${groups.map(({ title, note = '', pictures }) => `<h2>${escaped(title)}</h2><p>${escaped(note)}</p><div class="row">${pictures.map((one) => `<figure><figcaption>${escaped(one.title)}</figcaption><img loading="lazy" src="${one.file}" width="${one.width}" alt="${escaped(`${title}: ${one.title}`)}"></figure>`).join('')}</div>`).join('\n')}
</body></html>
`;
