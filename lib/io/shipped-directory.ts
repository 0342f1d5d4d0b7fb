// Where the shipped policies are. Tests have frozen copies in their place, so that none depends on what is shipped today.
import { fileURLToPath } from 'node:url';

/** The directory of the shipped policies. */
export const SHIPPED = fileURLToPath(new URL('../../policies', import.meta.url));
