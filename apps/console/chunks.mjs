import { parseSync } from 'vite';

/** What a module takes from others: each link names one export of `to`, or with `name` undefined all of them. */
class Module {
  links = [];
  /** By the name under which it is handed on. */
  handedOn = new Map();
  stars = [];
  /** Hands on what others export, and does nothing itself: it brings only that of which something is taken. */
  isBarrel = false;

  constructor({ code, importedIds }) {
    // What the build adds has no statement in the code.
    const [added, named] = [true, false].map((is) => importedIds.filter((id) => id.startsWith('\0') === is));
    this.links.push(...added.map((to) => ({ to })));
    if (named.length === 0) return;
    const { body } = parseSync('module.js', code, { sourceType: 'module' }).program;
    const sources = [...new Set(body.flatMap(({ source }) => source?.value ?? []))];
    if (sources.length === named.length) this.#read(body, new Map(sources.map((source, at) => [source, named[at]])));
    else this.links.push(...named.map((to) => ({ to }))); // CommonJS, or one module by two names.
  }

  #read(body, ids) {
    const locals = new Map();
    for (const { type, source, specifiers = [], exported } of body) {
      const to = ids.get(source?.value);
      if (to === undefined) continue;
      if (type === 'ExportAllDeclaration' && exported === null) this.stars.push(to);
      else if (type === 'ExportAllDeclaration') this.#handOn(exported.name, { to });
      else if (specifiers.length === 0) this.links.push({ to, name: '' });
      for (const specifier of specifiers) {
        const link = { to, name: nameOf(specifier) };
        if (type === 'ImportDeclaration') locals.set(specifier.local.name, link);
        else this.#handOn(specifier.exported.name, link);
      }
    }
    for (const { type, source, specifiers = [] } of body)
      if (type === 'ExportNamedDeclaration' && source === null)
        for (const { local, exported } of specifiers) this.#handOn(exported.name, locals.get(local.name));
    this.isBarrel = this.links.length === 0 && body.every(isOfOthers);
    this.links.push(...locals.values(), ...this.handedOn.values(), ...this.stars.map((to) => ({ to })));
  }

  #handOn(name, link) {
    if (link !== undefined) this.handedOn.set(name, link);
  }
}

function nameOf({ type, imported, local }) {
  if (type === 'ImportNamespaceSpecifier') return undefined;
  return type === 'ImportDefaultSpecifier' ? 'default' : (imported ?? local).name;
}

const isOfOthers = ({ type, declaration = null }) =>
  type === 'ImportDeclaration' ||
  ((type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration') && declaration === null);

/** Which modules an entry brings, barrels not taken for more than what is taken of them. */
class Graph {
  #modules = new Map();
  #brought = new Map();

  broughtBy(entry, build) {
    const known = this.#brought.get(entry);
    if (known !== undefined) return known;
    const brought = new Set();
    const visited = new Set();
    const visit = ({ to, name }) => {
      const module = this.#module(to, build);
      const key = module.isBarrel ? `${to} ${name ?? '*'}` : to;
      if (visited.has(key)) return;
      visited.add(key);
      brought.add(to);
      if (!module.isBarrel || name === undefined) return module.links.forEach(visit);
      const link = module.handedOn.get(name);
      if (link !== undefined) visit(link);
      else module.stars.forEach((star) => visit({ to: star, name }));
    };
    visit({ to: entry });
    this.#brought.set(entry, brought);
    return brought;
  }

  #module(id, build) {
    const module = this.#modules.get(id) ?? new Module(build.getModuleInfo(id) ?? { importedIds: [] });
    this.#modules.set(id, module);
    return module;
  }
}

/**
 * Makes one file of what is for the same pages: a page that needs five files is there sooner than one that needs fifty, and nobody is
 * sent what only others need. A module is of the first of `parts` for which each group of pages in `of` has a page that brings it.
 */
export function chunks(parts) {
  const graph = new Graph();
  const entries = new Set(parts.flatMap(({ of }) => of.flat()));
  // HTML, the manifest and dynamic imports name their files; and what the build adds, a script that runs ahead needs as well.
  const isAlone = (id, build) => entries.has(id) || id.startsWith('\0') || build.getModuleInfo(id)?.isEntry === true;
  const isFor = (pages, id, build) => pages.some((page) => graph.broughtBy(page, build).has(id));
  return {
    includeDependenciesRecursively: false, // They are of the same part already, but for what only barrels would bring.
    groups: parts.map(({ name, of }, index) => ({
      debugName: name,
      priority: parts.length - index,
      name: (id, build) => (!isAlone(id, build) && of.every((pages) => isFor(pages, id, build)) ? name : null),
    })),
  };
}
