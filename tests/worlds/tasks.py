"""Goals of many trades, made by seed: templates with typed places, filled from pools. They know no matcher."""

from random import Random

POOLS: dict[str, tuple[str, ...]] = {
    "n": ("3", "7", "12", "21", "100", "250", "1000", "48"),
    "size": ("10 MB", "100 MB", "2 GB", "500 KB"),
    "span": ("7 days", "2 hours", "30 minutes", "3 weeks"),
    "money": ("$100", "$25", "$1200"),
    "percent": ("5%", "12%", "40%"),
    "path": ("/var/log", "/home/ann/photos", "~/Documents", "/tmp/cache", "/srv/www/static"),
    "file": ("report.pdf", "data.csv", "src/main.py", "notes.md", "config.yaml", "app.log", "people.xlsx"),
    "archive": ("backup.zip", "logs.tar.gz"),
    "glob": ("*.java", "*.log", "*.tmp"),
    "name": ("Ann", "Bob", "Paris", "Berlin", "Acme", "jsmith", "Orion"),
    "branch": ("main", "feature/login", "release-2", "hotfix"),
    "email": ("alice@example.com", "bob@acme.org", "it@example.net"),
    "url": ("https://example.com/data.zip", "https://acme.org/api/v2"),
    "text": ("'fix login bug'", '"Hello World"', "'TODO: later'", '"all files"'),
    "date": ("2024-03-05", "2025-11-30", "2023-01-15"),
    "day": ("Monday", "Friday", "Sunday"),
    "clock": ("9am", "3pm", "11:30am"),
    "id": ("INV-77", "A113", "PR-9", "db_main"),
}
"""What stands in the places of the templates."""

TEMPLATES = tuple(
    line
    for line in """
delete the file {file}
delete all files in {path}
delete logs older than {span}
delete row {n} of {file}
delete the user {name}
copy {file} to {path}
copy {file} from {path} to {path}
move all photos from {path} to {path}
rename {file} to {file}
find files larger than {size} in {path}
find {glob} files in {path} older than {span}
list the files in {path}
list open pull requests in the {name} repo
list all branches merged into {branch}
list customers from {name} with more than {n} orders
count the lines in {file}
count the words of {file}
compress the folder {path} into {archive}
extract {archive} to {path}
convert {file} to PDF
merge branch {branch} into {branch}
create a branch named {branch}
create a file named {file}
create a Python calculator
create a web scraper in Python for {url}
create a report of the sales by region
create an invoice for {name} over {money}
write a letter to {name} about the delay
write {text} to {file}
replace {text} with {text} in {file}
append {text} to {file}
commit with the message {text}
sort {file} by date in descending order
show the first {n} lines of {file}
show the weather in {name}
get the weather forecast for {name}
get the name and the email of every customer
send the report to {email}
send {money} to {name}
transfer {money} from {name} to {name}
email {file} to {email}
reply to the email from {name}
forward the message from {name} to {name}
schedule a meeting with {name} on {day} at {clock}
cancel the meeting with {name} on {day}
move the meeting with {name} to {day}
remind me at {clock} to call {name}
remind me in {span} to water the plants
book a flight from {name} to {name} on {date}
book a table for {n} people at {clock}
buy {n} tickets to {name}
order {n} bottles of milk
pay the invoice {id}
refund the order {id}
close the issue {id}
assign the ticket {id} to {name}
restart the web server
restart the service {id} on {name}
start the database
stop all containers
enable the firewall
disable notifications for {name}
turn off the lights in the kitchen
turn on the heating at {clock}
set the temperature to {n} degrees
set the budget to {money}
increase the price by {percent}
decrease the volume by {n}
resize {file} to {n} pixels
rotate {file} by {n} degrees
download {url} to {path}
upload {file} to the release server
run the unit tests of the payments module
run the migration on {name}
deploy the app to {name}
roll back the deployment of {name}
back up the database to {path}
restore the database from {path}
install the package {id}
update the status of {id} to done
translate {file} from English into French
summarize the report
summarize the feedback on the report
analyze the sales of {name}
compare {file} with {file}
check if {url} is available
monitor the cpu usage for {span}
wait {span} then retry {n} times
export the table {id} to {file}
import {file} into the table {id}
add a column {id} to {file}
grant {name} access to {path}
invite {name} to the meeting on {day}
clone the repository {url}
push the branch {branch} to origin
mount the disk {path}
encrypt {file} with the key {id}
play the song {text}
tag {file} as important
if the build fails, notify the team
run the tests and then send the results to {email}
delete the folder {path} and create it again
archive emails from {name} older than {span}
plot the revenue by month from {file}
calculate the average of the column {id} in {file}
validate {file} against the schema {file}
print the last {n} lines of {file}
kill the process {n}
mute the channel {id} for {span}
""".strip().splitlines()
)
"""One task a line."""


def filled(template: str, random: Random) -> str:
    """Return a template with values in its places; two places of one kind never hold the same value."""
    text, used = "", set()
    for piece in template.replace("}", "{").split("{"):
        if piece in POOLS:
            value = random.choice([each for each in POOLS[piece] if each not in used])
            used.add(value)
            text += value
        else:
            text += piece
    return text


def goal_of(seed: int) -> str:
    """Return one goal."""
    random = Random(seed)
    return filled(random.choice(TEMPLATES), random)
