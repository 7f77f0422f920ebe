/** The names that somebody typed one after the other, each once: `acme, globex`. */
export const namesIn = (text: string): readonly string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
