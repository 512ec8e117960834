// Everything the service reads from its environment, in one place.

const environment = process.env;

export const config = {
  version: environment.APP_VERSION ?? '0.0.0',
  features: (environment.APP_FEATURES ?? '').split(',').filter(Boolean),
  // A release that is bad on purpose names its defect here (see src/defects.js).
  defect: environment.APP_DEFECT ?? '',
  environment: environment.NODE_ENV ?? 'production',
  port: Number(environment.PORT ?? 3000),
  mongodbUri: environment.MONGODB_URI ?? 'mongodb://127.0.0.1:27017/benevoclic',
  database: environment.MONGODB_DATABASE ?? 'benevoclic',
};
