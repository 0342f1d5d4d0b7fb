// How scripts answer the framework's plugin: JSON on standard output, or why there is none on standard error.

/** Prints what is made, or what AWS said instead. */
export async function printOrExplain(what: string, make: () => Promise<unknown>): Promise<void> {
  try {
    console.log(JSON.stringify(await make()));
  } catch (error) {
    // The SDK's errors are for whoever deploys; others are mistakes of the program.
    if (!(error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError')))
      throw error;
    console.error(`${what}: ${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
