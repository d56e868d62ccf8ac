/** The metadata server's values: a tree of directories and entries, and how it is read. */

/** An entry's value, a directory, or null for an entry that is made when asked for. */
export type MetadataNode = string | number | null | MetadataTree;
export interface MetadataTree {
  [name: string]: MetadataNode;
}

/** The node at a path such as `instance/attributes/aws-region`, or undefined. */
export function findNode(tree: MetadataTree, path: string): MetadataNode | undefined {
  return path
    .split('/')
    .filter((name) => name !== '')
    .map(decodeURIComponent)
    .reduce<MetadataNode | undefined>(
      (node, name) => (isDirectory(node) && Object.hasOwn(node, name) ? node[name] : undefined),
      tree,
    );
}

export function isDirectory(node: MetadataNode | undefined): node is MetadataTree {
  return typeof node === 'object' && node !== null;
}

/** A directory's entries, one a line, directories with a slash at the end. */
export function formatListing(directory: MetadataTree): string {
  return Object.entries(directory)
    .map(([name, node]) => (isDirectory(node) ? `${name}/\n` : `${name}\n`))
    .sort()
    .join('');
}

/**
 * What `?recursive=true` answers: names in camel case, except custom attributes' keys.
 * Entries that are made when asked for (tokens) are left out.
 */
export function toRecursiveJson(directory: MetadataTree, isAttributes = false): object {
  const entries = Object.entries(directory)
    .filter(([, node]) => node !== null)
    .map(([name, node]) => [
      isAttributes ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      isDirectory(node) ? toRecursiveJson(node, name === 'attributes') : node,
    ]);
  return Object.fromEntries(entries);
}
