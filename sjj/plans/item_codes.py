"""How an item is called on the form of a campaign: by its code, unless two agencies use the same one. Reads only."""

from collections import Counter

from sjj.plans.models import Campaign


def form_codes(campaign: Campaign) -> dict[int, str]:
    """{item id: its code on the form}; another agency's code that is taken bears the agency's short name."""
    used = Counter(row.item.code for row in campaign.items)
    return {
        row.item_id: row.item.code
        if used[row.item.code] == 1 or row.item.agency_id == campaign.agency_id
        else f"{row.item.agency.short_name}:{row.item.code}"
        for row in campaign.items
    }
