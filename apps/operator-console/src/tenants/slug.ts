/** A slug that a name suggests: `Müller & Söhne` becomes `muller-sohne`. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]/g, ' ');
  return plain.split(' ').filter(Boolean).join('-').slice(0, 50).replace(/-$/, '');
}
