declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  /** Keeps sessions in memory; named outright, it is used without the provider's warning not to do so. */
  export function createMemoryAdapter(): import('oidc-provider').AdapterFactory;
}
