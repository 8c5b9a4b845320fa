var myHeaders = new Headers();
myHeaders.append("Authorization", `Bearer ${bearerToken}`);
var requestOptions = {
  method: "GET",
  headers: myHeaders,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/apiaccount/3fa85f64-5717-4562-b3fc-2c963f66afa6", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
