// Stands in for the SDK's own SHA-256, which is for a Node.js without cryptography: Lambda's has it.
export class Sha256Js {
  constructor() {
    throw new Error('SHA-256 needs a Node.js with cryptography: see build/stand-ins/sha256.ts');
  }
}
