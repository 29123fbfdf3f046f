import { Select, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { change, useSettings, ZONES } from "@/ui/settings";

export function openZoneSetting(): void {
  modals.open({ title: "Time zone", children: <ZoneSetting /> });
}

function ZoneSetting() {
  const { zone } = useSettings();
  return (
    <>
      <Text size="sm" mb="xs">
        Every time on these pages is shown in this zone, also what you enter.
      </Text>
      <Select
        label="Time zone"
        data={ZONES}
        value={zone}
        searchable
        limit={50}
        allowDeselect={false}
        nothingFoundMessage="No such zone. Write it like Europe/Berlin."
        onChange={(chosen) => chosen && change({ zone: chosen })}
      />
    </>
  );
}
