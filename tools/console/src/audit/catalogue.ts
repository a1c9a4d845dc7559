// Names of services, so that nobody has to read ids.
import { get, type Page } from "../api";
import type { Service } from "../accounts/model";

export type ServiceNames = ReadonlyMap<string, string>;

export async function serviceNames(): Promise<ServiceNames> {
  const { body } = await get<Page<Service>>("/v1/services");
  return new Map(body.rows.map((one) => [one.service, one.name]));
}

export const named = (names: ServiceNames, ids: string[] = []): string[] => ids.map((id) => names.get(id) ?? id);
