import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { components } from "@/api/schema";

/** What a list would have, too, if this version could read it. */
export function Unreadable({ of }: { of: components["schemas"]["UnreadableView"][] | undefined }) {
  return of?.map(({ name, why }) => (
    <Alert key={name} color="orange" icon={<IconAlertTriangle aria-hidden />} w="100%">
      <Text size="sm">
        {name}: {why}
      </Text>
    </Alert>
  ));
}
