// What `GET /` tells of this gateway.
const index = await (await fetch('./', { headers: { Accept: 'application/json' } })).json();
document.getElementById('version').textContent = index.version;
for (const endpoint of Object.values(index.endpoints)) {
  const item = document.createElement('li');
  item.textContent = endpoint;
  document.getElementById('endpoints').append(item);
}
