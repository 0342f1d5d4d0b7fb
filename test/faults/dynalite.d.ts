declare module 'dynalite' {
  import type { Server } from 'node:http';

  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}
