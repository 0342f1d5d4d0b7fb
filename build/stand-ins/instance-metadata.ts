// Stands in for the SDK's question to EC2's instance metadata, which region it is in: Lambda says so in AWS_REGION.
export const getInstanceMetadataRegion = async (): Promise<undefined> => undefined;
